/** The same work, done at the first call only; a failure is tried again at the next. */
export function once<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= work().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
