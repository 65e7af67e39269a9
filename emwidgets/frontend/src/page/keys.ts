/** Keys pressed while nothing has the focus go to the widget that was touched last; on a page there is no one else to want them. */

export function forwardKeys(page: HTMLElement): void {
  const roots = (): HTMLElement[] => [...page.querySelectorAll<HTMLElement>(".em-root")];
  let touched: HTMLElement | undefined;
  for (const name of ["pointerdown", "wheel", "focusin"]) {
    page.addEventListener(name, ({ target }) => (touched = (target as Element).closest<HTMLElement>(".em-root") ?? touched), { passive: true });
  }
  document.addEventListener("keydown", (event) => {
    const root = touched?.isConnected ? touched : roots()[0];
    if (!root || event.target !== document.body || event.defaultPrevented) return;
    const { key, code, ctrlKey, metaKey, shiftKey, altKey } = event;
    const again = new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, altKey, cancelable: true });
    if (!root.dispatchEvent(again)) event.preventDefault();
  });
}
