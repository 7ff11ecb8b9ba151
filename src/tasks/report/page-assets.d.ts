/** What runs in the page and how it looks, bundled from `src/page`: `npm run build` writes it beside this file. */
export const pageScript: string;
export const pageStyle: string;
