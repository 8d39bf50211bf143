/** Those of the keys that are there. */
export const pick = <T extends object, K extends keyof T>(of: T, keys: readonly K[]): Partial<Pick<T, K>> =>
  Object.fromEntries(keys.filter(key => of[key] !== undefined).map(key => [key, of[key]])) as Partial<Pick<T, K>>;
