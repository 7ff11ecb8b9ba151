/** `lambda:account=5` with other values of some keys: `lambda:account=7`. */
export function withKeys(text: string, keys: Readonly<Record<string, string>>): string {
  const colon = text.indexOf(':');
  const [name, given] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  const pairs = new Map(
    given === '' ? [] : given.split(',').map((pair) => pair.split(/=(.*)/s, 2) as [string, string]),
  );
  for (const [key, value] of Object.entries(keys)) pairs.set(key, value);
  const written = [...pairs].map(([key, value]) => `${key}=${value}`);
  return written.length === 0 ? name : `${name}:${written.join(',')}`;
}
