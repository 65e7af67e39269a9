/** Values of traits, which may come from the file of a stranger: whether they are what they should be, and whether they differ. */

/** An example, of which all keys must be there with values of the same types; or a function that says whether a value will do. */
export type Shape = number | string | boolean | readonly Shape[] | { readonly [key: string]: Shape } | ((value: any) => boolean);

export function fits(value: any, shape: Shape): boolean {
  if (typeof shape === "function") return shape(value);
  if (typeof shape !== "object") return typeof value === typeof shape && (typeof value !== "number" || Number.isFinite(value));
  return isObject(value) && Array.isArray(value) === Array.isArray(shape) && Object.entries(shape).every(([key, part]) => fits(value[key], part));
}

export const oneOf = (values: readonly unknown[]): Shape => (value) => values.includes(value);

export const orNull = (shape: Shape): Shape => (value) => value === null || fits(value, shape);

/** An object that may lack any of the keys. */
export const partly = (shapes: Record<string, Shape>): Shape => (value) =>
  isObject(value) && Object.keys(shapes).every((key) => !(key in value) || fits(value[key], shapes[key]));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether two values would be the same as JSON. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
