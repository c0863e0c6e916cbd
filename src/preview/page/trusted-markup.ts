/**
 * The page lets no text become markup (Trusted Types), and makes its own elements one by one. The
 * controls are media-chrome's, which writes its templates as markup: this policy looks at each of them
 * in a document that nothing runs in, and refuses what could run. Call it before media-chrome is loaded.
 */
export function allowInertMarkup(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicies };
  if (trustedTypes === undefined) return; // Safari and Firefox of today: the rest of the policy holds
  const inert = trustedTypes.createPolicy('inert', { createHTML: (markup) => markup });
  trustedTypes.createPolicy('default', {
    createHTML: (markup, _type, sink) => {
      if (sink?.startsWith('DOMParser')) return markup; // nothing runs there
      const parsed = new DOMParser().parseFromString(inert.createHTML(markup), 'text/html');
      if (canRun(parsed)) throw new TypeError('markup with something to run in it was refused');
      return markup;
    },
  });
}

type TrustedTypePolicies = {
  createPolicy(
    name: string,
    rules: { createHTML: (markup: string, type?: string, sink?: string) => string },
  ): { createHTML: (markup: string) => string };
};

function canRun(root: ParentNode): boolean {
  return [...root.querySelectorAll('*')].some(
    (element) =>
      FORBIDDEN.includes(element.localName) ||
      (element.localName === 'script' && element.getAttribute('type') !== 'application/json') ||
      [...element.attributes].some(isActive) ||
      (element instanceof HTMLTemplateElement && canRun(element.content)),
  );
}

const FORBIDDEN = ['iframe', 'object', 'embed', 'base', 'meta', 'link', 'form'];

function isActive({ name, value }: Attr): boolean {
  return name.startsWith('on') || /^\s*(javascript|data):/i.test(value);
}
