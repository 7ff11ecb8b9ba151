/** `kernel/assembly.ts` compiled, as base64: `npm run build` writes it beside this file. */
export const kernelBase64: string;
