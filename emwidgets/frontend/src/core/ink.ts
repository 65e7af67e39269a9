/** Drawing that reads on any image: white with a dark halo. */

export type Ink = CanvasRenderingContext2D;

export const HALO = "rgba(0, 0, 0, 0.75)";
export const FONT_FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

export function text(ink: Ink, words: string, x: number, y: number, size = 12, align: CanvasTextAlign = "left"): void {
  ink.font = `600 ${size}px ${FONT_FAMILY}`;
  ink.textAlign = align;
  ink.textBaseline = "middle";
  ink.lineJoin = "round";
  ink.strokeStyle = HALO;
  ink.lineWidth = 3.5;
  ink.strokeText(words, x, y);
  ink.fillStyle = "#fff";
  ink.fillText(words, x, y);
}

/** Strokes the current path twice: a wide dark one below, the colour above. */
export function strokeWithHalo(ink: Ink, colour: string, width: number): void {
  ink.strokeStyle = HALO;
  ink.lineWidth = width + 2;
  ink.stroke();
  ink.strokeStyle = colour;
  ink.lineWidth = width;
  ink.stroke();
}
