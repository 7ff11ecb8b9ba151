import {Window} from 'happy-dom';

/** A page loaded into a document without a browser, its scripts run; and what was wrong while they ran. */
export async function openPage(html: string) {
  const window = new Window({
    width: 1200,
    height: 900,
    settings: {enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true},
  });
  const errors: string[] = [];
  window.addEventListener('error', (event) => errors.push(String((event as unknown as {message: string}).message)));
  // Of Node, where the document has none of its own.
  Object.assign(window, {DecompressionStream, Response, Blob});
  window.document.write(html);
  for (let tries = 0; tries < 200 && window.document.documentElement.dataset.drawn !== 'yes'; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {document: window.document, window, errors, close: () => window.happyDOM.close()};
}
