const timing = { duration: 180, easing: 'ease-out' };

/** From one screen to the next: the height eases, the content comes 8 px up. Nothing moves for who asked for that. */
export const ease = (form: HTMLElement, height: number): void => {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const overflow = 'clip';
  form.animate(
    [
      { height: `${height}px`, overflow },
      { height: `${form.offsetHeight}px`, overflow },
    ],
    timing,
  );
  for (const child of form.children) child.animate([{ opacity: 0, translate: '0 8px' }, {}], timing);
};
