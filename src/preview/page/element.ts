type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * Makes an element. Strings among the children become text, never markup: titles and descriptions
 * come from strangers. Attributes that are undefined are left out.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes?: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag];
export function element(
  tag: string,
  attributes?: Attributes,
  ...children: readonly (Node | string)[]
): HTMLElement;
export function element(
  tag: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
