// The content policy refuses every string that would become HTML. Mantine writes its variables into
// a style element, which counts as one; style text never holds a `<`, so exactly such texts pass.
interface Policies {
  createPolicy: (name: string, rules: { createHTML: (text: string) => string }) => unknown;
}

export function plainOnly(text: string): string {
  if (text.includes('<')) throw new TypeError('text with markup is not written into the page');
  return text;
}

export function allowOwnStyles(): void {
  const policies = (window as { trustedTypes?: Policies }).trustedTypes;
  policies?.createPolicy('default', { createHTML: plainOnly });
}
