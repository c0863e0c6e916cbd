import type { Found, Layer } from '../config/layer.ts';
import { mendAnswers } from '../config/mend-answers.ts';
import type { Problem } from '../config/problem.ts';
import { isSecretSetting, type SettingName } from '../config/setting-table.ts';
import type { Question } from '../config/setup-questions.ts';
import { IngestError } from '../errors.ts';
import type { Asker } from '../ui/ask.ts';
import type { Gathered } from './gather-answers.ts';
import type { Setup } from './setup.ts';

/** The store, or the catalogue: what is asked of it, and how an answer is tried. */
export type Part = Readonly<{
  questions: readonly Question[];
  /** Stands in the line where nothing else does. */
  defaults: Partial<Readonly<Record<SettingName, string>>>;
  /** What is wrong with the values that are there, whatever is missing yet. */
  mistakes: (values: Layer) => readonly Problem[];
  /** Tries it for real, and may know better. Throws what is wrong; what is only odd is told. */
  attempt: (values: Layer) => Promise<Layer>;
}>;

/**
 * Asks for what a part needs, checks each answer as it is given, and tries the whole; what fails is
 * told, and all is asked again with the answers standing there to be kept. Without an asker the first
 * thing that is wrong is thrown.
 */
export async function settlePart(
  part: Part,
  { values: given, answered: alreadyAnswered }: Gathered,
  { asker, session: { cwd } }: Setup,
): Promise<Layer> {
  const { values: mended, notes } = mendAnswers(given);
  if (asker === undefined) return part.attempt(mended);
  for (const note of notes) asker.say(note);
  let values = mended;
  let answered = alreadyAnswered;
  for (;;) {
    values = await askAll(part, values, { asker, answered, cwd });
    try {
      return await part.attempt(values);
    } catch (error) {
      if (!(error instanceof IngestError) || error.exit === 'interrupted') throw error;
      tell(asker, error);
      answered = new Set();
    }
  }
}

type Asking = Readonly<{
  asker: Asker;
  /** Not asked, unless they are wrong. */
  answered: ReadonlySet<SettingName>;
  /** Where a relative path that is typed starts. */
  cwd: string;
}>;

async function askAll(part: Part, given: Layer, asking: Asking): Promise<Layer> {
  const { asker, answered, cwd } = asking;
  let values = given;
  for (const question of part.questions) {
    const isFine = part.mistakes(only(values, question.name)).length === 0;
    if (question.ask === undefined || (answered.has(question.name) && isFine)) continue;
    const answer = await ask(question, { part, values, asker, cwd });
    if (answer === undefined) continue;
    const { values: mended, notes } = mendAnswers(
      withAnswer(values, { name: question.name, answer, cwd }),
    );
    for (const note of notes) asker.say(note);
    values = mended;
  }
  return values;
}

type OneAsking = Readonly<{ part: Part; values: Layer; asker: Asker; cwd: string }>;

/** Undefined for what shall stay as it is. */
async function ask(
  { name, ask: text = name, example, isOptional }: Question,
  { part, values, asker, cwd }: OneAsking,
): Promise<string | undefined> {
  const judge = (answer: string) => {
    if (answer === '') return isOptional === true ? undefined : 'It is needed';
    const next = mendAnswers(withAnswer(values, { name, answer, cwd })).values;
    const [problem] = part.mistakes(next);
    return problem === undefined ? undefined : sentence(problem);
  };
  const before = values.get(name)?.value ?? part.defaults[name];
  if (!isSecretSetting(name)) return asker.text({ ask: text, example, before, judge });
  const hasBefore = before !== undefined && judge(before) === undefined;
  const typed = await asker.secret({ ask: text, hasBefore, judge });
  return typed === '' ? undefined : typed;
}

type Answer = Readonly<{ name: SettingName; answer: string; cwd: string }>;

function withAnswer(values: Layer, { name, answer, cwd }: Answer): Layer {
  const next = new Map(values);
  const typed: Found = { value: answer, origin: PLACE, place: PLACE, baseDir: cwd };
  if (answer === '') next.delete(name);
  else if (values.get(name)?.value !== answer) next.set(name, typed);
  return next;
}

const PLACE = 'your answer';

function only(values: Layer, name: SettingName): Layer {
  const found = values.get(name);
  return new Map(found === undefined ? [] : [[name, found]]);
}

/** `R2_BUCKET (your answer) is …` is said beside the question: its name goes without saying. */
function sentence({ what, why, fix }: Problem): string {
  const said = what.replace(/^\S+ \(your answer\) /, 'It ');
  return [said, why, fix].filter((part) => part !== undefined).join('. ');
}

function tell(asker: Asker, { message, why, fix }: IngestError): void {
  const lines = [message, why, fix].filter((line) => line !== undefined);
  asker.warn(lines.flatMap((line) => line.split('\n')).join('\n'));
}
