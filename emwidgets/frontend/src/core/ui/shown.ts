/** Tells tests and benchmarks when a result is on the screen: the stages paint in the frame after this one. */
export function tellShown(root: HTMLElement, result: number): void {
  requestAnimationFrame(() => {
    for (const node of [root, root.parentElement]) if (node) node.dataset.emResult = `${result}`;
    performance.mark(`em-shown-${result}`);
  });
}
