import {
  createElement,
  type ForwardRefExoticComponent,
  forwardRef,
  type ReactNode,
  type RefAttributes,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';

/** The props that every component has in addition to those of its element. */
export interface CommonProps {
  /** Content of the page for the slots of the element. With children, the server sends no screen (`serverContent`). */
  readonly children?: ReactNode;
  /** Classes of the element. */
  readonly className?: string | undefined;
  /** Id of the element. */
  readonly id?: string | undefined;
  /** Whether the element is hidden. */
  readonly hidden?: boolean | undefined;
  /** The direction of the texts. */
  readonly dir?: string | undefined;
}

/** How the props of a component reach its element. */
interface Shape<P> {
  /** The attributes by the names of their props. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The props that are properties of the element. */
  readonly properties: readonly (keyof P & string)[];
  /** The events by the names of their props. */
  readonly events: Readonly<Record<string, string>>;
}

/** A component of React 18 or 19 for a custom element. Its ref is the element. */
export type ElementComponent<P, E> = ForwardRefExoticComponent<P & CommonProps & RefAttributes<E>>;

type Props = Readonly<Record<string, unknown>>;

const isServer = typeof document === 'undefined';

/** React 18 warns on a server about effects that run before the first frame. */
const useFirstEffect = isServer ? useEffect : useLayoutEffect;

/** An attribute that is off is left out: React 18 would write the text `false`, which turns a flag on. */
const attribute = (value: unknown): unknown => (value === false || value === null ? undefined : value);

/** Makes the component of a custom element. The element itself is defined by its own module. */
export function component<P extends object, E extends HTMLElement>(
  tag: string,
  shape: Shape<P>,
): ElementComponent<P, E> {
  const own = forwardRef<E, P & CommonProps>((props, ref) => {
    const element = useRef<E | null>(null);
    const setRef = useCallback(
      (node: E | null) => {
        element.current = node;
        if (typeof ref === 'function') return ref(node);
        if (ref) ref.current = node;
        return undefined;
      },
      [ref],
    );
    useListeners(element, shape.events, props as Props);
    useFirstEffect(() => {
      const given = props as Props;
      for (const name of shape.properties) Object.assign(element.current ?? {}, { [name]: given[name] });
    });
    useFirstEffect(() => element.current?.removeAttribute('defer-hydration'), []);
    return createElement(tag, { ...attributesOf(shape.attributes, props as Props), ...contentOf(props), ref: setRef });
  });
  own.displayName = tag;
  return own as unknown as ElementComponent<P, E>;
}

/** Listens to the events for which there is a prop. A new function in each render adds no listener. */
function useListeners(
  element: { readonly current: HTMLElement | null },
  events: Readonly<Record<string, string>>,
  props: Props,
): void {
  const newest = useRef(props);
  useFirstEffect(() => {
    newest.current = props;
  });
  useFirstEffect(() => {
    const node = element.current;
    const listeners = Object.entries(events).map(([prop, type]) => {
      const listener = (event: Event): unknown =>
        (newest.current[prop] as ((event: Event) => unknown) | undefined)?.(event);
      node?.addEventListener(type, listener);
      return () => node?.removeEventListener(type, listener);
    });
    return () => {
      for (const remove of listeners) remove();
    };
  }, []);
}

/** The attributes of the tag. Props that the element does not know, such as `style` or `data-…`, are passed on. */
function attributesOf(names: Readonly<Record<string, string>>, props: Props): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [prop, name] of Object.entries(names)) found[name] = attribute(props[prop]);
  for (const [prop, value] of Object.entries(props)) {
    if (prop === 'className') found.class = value;
    else if (/^(?:id|hidden|dir|style|title|role|slot|tabIndex|data-.+|aria-.+)$/.test(prop)) found[prop] = value;
  }
  return found;
}

/**
 * The content of the tag. React leaves the nodes alone that the element or the server has put into a tag whose content is
 * HTML, so what a user types before React is loaded is kept. Children belong to React: the element waits until they are there.
 */
function contentOf({ children, serverContent }: CommonProps & { serverContent?: string | undefined }): object {
  const suppressHydrationWarning = true;
  if (children) return { children, suppressHydrationWarning, 'defer-hydration': '' };
  const html = isServer ? (serverContent ?? '') : '';
  return { dangerouslySetInnerHTML: { __html: html }, suppressHydrationWarning };
}
