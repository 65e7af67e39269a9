/** All patterns of a stack, a page at a time: filtered and sorted here, pictured by Python. */

import { ceil, clamp, floor, min } from "../core/maths";
import { element, set, setText, setVariable } from "../core/ui/dom";
import { panel } from "../core/ui/panel";
import { type Choice, choices, iconButton } from "../core/ui/toolbar";
import { FILTERS, type Filter, listed, type Sort } from "./classes";
import { choose, type Context } from "./context";
import { glyph, type Glyph, NAMES } from "./glyphs";
import { MOST_AT_ONCE, Thumbnails } from "./thumbnails";
import { type Tile, tile } from "./tile";

const SORTINGS: Choice<Sort>[] = [
  ["frame", "In order", "As recorded"],
  ["probability", "Most probable", "Highest probability of ring first; of spot where only spots are listed"],
  ["doubt", "Most doubtful", "Uncertain ones first, and those nearest to one half"],
];

const ROWS = 4;
/** px that a tile needs at least, with its gap */
const LEAST = 84;
/** before the browser has laid it out */
const COLUMNS = 16;

export interface Gallery {
  readonly element: HTMLElement;
  /** other results or corrections: what is listed may change */
  update(): void;
  /** another pattern is shown: its page comes into sight */
  showChosen(): void;
  showThumbnails(): void;
  showSettings(): void;
  /** the next or previous pattern listed, or of those listed that pass */
  step(by: number, passes?: (frame: number) => boolean): void;
  destroy(): void;
}

export function gallery(context: Context): Gallery {
  const { view, saver } = context;
  const thumbnails = new Thumbnails(context);
  let order: Uint32Array = new Uint32Array();
  let page = 0;
  let columns = COLUMNS;
  let tiles: Tile[] = [];

  const counts = FILTERS.map((filter) => element("span.em-count", { "data-total": filter }));
  const filters = choices(
    "Show",
    FILTERS.map((filter, i): Choice<Filter> => [filter, filter === "all" ? "All" : NAMES[filter], undefined, mark(filter, counts[i])]),
    (filter) => view.save({ filter, page: 0 }),
  );
  const sortings = choices("Sort", SORTINGS, (sort) => view.save({ sort, page: 0 }));
  const previous = iconButton("previous", "Previous page", "", "page-previous", () => turn(-1));
  const next = iconButton("next", "Next page", "", "page-next", () => turn(1));
  const range = element("span.em-unit", { "data-range": true });
  const progress = element("span.em-count", { "data-total": "done" });
  const grid = element("div.em-tiles", { role: "listbox", "aria-label": "Patterns", onclick: clicked, onkeydown: pressed });
  const nothing = element("p.em-table-empty", {}, "No pattern of this kind.");
  const tools = element(
    "div.em-toolbar.em-gallery-tools",
    {},
    element("span.em-filter", {}, filters.element),
    sortings.element,
    element("span.em-pager", {}, previous, range, next),
  );
  const watcher = new ResizeObserver(([{ contentRect }]) => {
    const fitting = clamp(floor((contentRect.width + 8) / LEAST), 3, MOST_AT_ONCE / ROWS);
    if (!contentRect.width || fitting === columns) return;
    const first = page * size();
    columns = fitting;
    page = floor(first / size());
    draw();
  });
  watcher.observe(grid);

  const size = (): number => ROWS * columns;
  const pages = (): number => ceil(order.length / size());
  const sight = (): Uint32Array => order.subarray(page * size(), (page + 1) * size());
  const chosen = (): number => saver.latest("frame");

  function turn(by: number): void {
    page = clamp(page + by, 0, pages() - 1);
    draw();
    view.saveWhenStill({ page });
  }

  function update(): void {
    const { tally } = context;
    if (!tally) return;
    const { filter, sort } = view.get();
    order = listed(tally, filter, sort);
    FILTERS.forEach((each, i) => setText(counts[i], grouped(tally.counts[each])));
    const { done, total } = context.reading.frames!;
    setText(progress, done < total ? `${grouped(done)} of ${grouped(total)} classified` : "");
    draw();
  }

  function draw(): void {
    const { tally } = context;
    if (!tally) return;
    page = clamp(page, 0, pages() - 1);
    const frames = [...sight()];
    const focused = tiles.findIndex(({ element }) => element === (grid.getRootNode() as Document | ShadowRoot).activeElement);
    while (tiles.length < frames.length) tiles.push(tile());
    if (grid.childElementCount !== frames.length) grid.replaceChildren(...tiles.slice(0, frames.length).map(({ element }) => element));
    const standing = Math.max(0, frames.indexOf(chosen()));
    frames.forEach((frame, i) => {
      tiles[i].show(frame, tally, frame === chosen(), i === standing);
      tiles[i].paint(thumbnails.of(frame));
    });
    // a shorter page must not throw a keyboard user out of the gallery
    if (focused >= frames.length) tiles[frames.length - 1]?.element.focus({ preventScroll: true });
    setVariable(grid, "--em-columns", columns);
    nothing.hidden = frames.length > 0;
    const first = page * size();
    setText(range, `${grouped(min(first + 1, order.length))}–${grouped(first + frames.length)} of ${grouped(order.length)}`);
    set(previous, { "aria-disabled": page === 0 });
    set(next, { "aria-disabled": page >= pages() - 1 });
    previous.parentElement!.hidden = pages() < 2;
    thumbnails.show(frames);
  }

  function clicked(event: MouseEvent): void {
    const frame = (event.target as Element).closest<HTMLElement>("[data-tile]")?.dataset.tile;
    if (frame === undefined) return;
    go(order.indexOf(Number(frame)));
  }

  /** Shows the pattern at a place of the order, and moves the focus there. */
  function go(place: number): void {
    const target = clamp(place, 0, order.length - 1);
    if (order.length === 0) return;
    choose(context, order[target]);
    page = floor(target / size());
    draw();
    const { element } = tiles[target - page * size()];
    for (const { element: each } of tiles) set(each, { tabindex: each === element ? 0 : -1 });
    element.focus({ preventScroll: true });
  }

  function pressed(event: KeyboardEvent): void {
    const frame = (event.target as HTMLElement).dataset.tile;
    const here = order.indexOf(Number(frame));
    const steps: Record<string, number> = {
      ArrowRight: here + 1,
      ArrowLeft: here - 1,
      ArrowDown: here + columns,
      ArrowUp: here - columns,
      PageDown: here + size(),
      PageUp: here - size(),
      Home: 0,
      End: order.length - 1,
      Enter: here,
      " ": here,
    };
    const target = steps[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey) return;
    go(target);
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    element: panel("gallery", "Patterns", progress, tools, grid, nothing),
    update,
    showChosen() {
      const place = order.indexOf(chosen());
      if (place >= 0) page = floor(place / size());
      draw();
    },
    showThumbnails() {
      const { thumbnails: came } = context.reading;
      if (came) thumbnails.take(came);
      draw();
    },
    showSettings() {
      const { filter, sort, page: wanted } = view.get();
      filters.show(filter);
      sortings.show(sort);
      page = wanted;
      update();
    },
    step(by, passes = () => true) {
      const here = order.indexOf(chosen());
      for (let place = here + by; place >= 0 && place < order.length; place += by) {
        if (passes(order[place])) return choose(context, order[place]);
      }
    },
    destroy() {
      watcher.disconnect();
      thumbnails.destroy();
    },
  };
}

/** "65 536", with narrow spaces. */
const grouped = (n: number): string => n.toLocaleString("en").replaceAll(",", "\u202f");

function mark(filter: Filter, count: HTMLElement): HTMLElement {
  return element("span.em-filter-mark", {}, filter !== "all" && glyph(filter as Glyph), count);
}
