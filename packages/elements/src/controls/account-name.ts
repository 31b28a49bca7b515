/** An organisation and a username as one name: 'De Linde · anna'. A line never ends with the dot, nor begins with it. */
export const accountName = (...names: readonly (string | undefined)[]): string =>
  names.filter((name) => name !== undefined).join('\u00a0·\u00a0');
