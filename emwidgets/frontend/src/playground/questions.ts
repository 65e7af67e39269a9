/** The questions and their answers in words. */

/** What is asked, and what is asked in short. */
const QUESTIONS: Record<string, [question: string, short: string]> = {
  deformed: ["Is any corner cut off?", "Deformed"],
  count: ["How many corners are cut off?", "Cut corners"],
  arrangement: ["How do the two cut corners lie?", "Arrangement"],
  shape: ["What solid is it?", "Solid"],
  handedness: ["Is it left- or right-handed?", "Handedness"],
};

/** What a label says, in a sentence's place and on a button. */
const ANSWERS: Record<string, [answer: string, brief: string]> = {
  deformed: ["Deformed", "Deformed"],
  undeformed: ["Undeformed", "Undeformed"],
  edge: ["Along an edge", "Along edge"],
  face: ["Across a face", "Across face"],
  body: ["Through the body", "Through body"],
  cuboid: ["A cuboid", "Cuboid"],
  pyramid: ["A pyramid", "Pyramid"],
  sphere: ["A sphere", "Sphere"],
  left: ["Left-handed", "Left-handed"],
  right: ["Right-handed", "Right-handed"],
};

const own = <T>(of: Record<string, T>, key: string): T | undefined => (Object.hasOwn(of, key) ? of[key] : undefined);

export const question = (task: string): string => own(QUESTIONS, task)?.[0] ?? task;
export const short = (task: string): string => own(QUESTIONS, task)?.[1] ?? task;

/** As the main verdict says it. */
export function answer(label: string): string {
  if (/^\d$/.test(label)) return label === "1" ? "1 corner cut" : `${label === "0" ? "No" : label} corners cut`;
  return own(ANSWERS, label)?.[0] ?? label;
}

/** As a bar or a button says it. */
export const brief = (label: string): string => own(ANSWERS, label)?.[1] ?? label;
