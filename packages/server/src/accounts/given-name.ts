/** Controls, surrogates, private use, line separators, and all that shows as nothing or turns the text around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const LONGEST = 60;

/**
 * The name that a person gives to an authenticator, in NFC and with single spaces. Undefined where it can't be shown as
 * it is: such a name would hide or imitate another (R78).
 */
export function givenName(text: string): string | undefined {
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  return name === '' || name.length > LONGEST || INVISIBLE.test(name) ? undefined : name;
}
