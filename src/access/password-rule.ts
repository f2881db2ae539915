/** Which passwords are taken: length counts, not kinds of characters (NIST SP 800-63B-4, section 3.1.1.2). Pure. */
import type { Refusal } from "../model/alarm.ts";

const LEAST_LENGTH = 12;
/** A password of fewer different characters is a pattern on the keyboard. */
const LEAST_DIFFERENT = 5;

export function passwordRefusal(password: string, user: string): Refusal | null {
  const weak = (message: string): Refusal => ({ code: "weak-password", message });
  if ([...password].length < LEAST_LENGTH)
    return weak(`A password has at least ${LEAST_LENGTH} characters: some words in a row are easy to keep.`);
  if (new Set(password).size < LEAST_DIFFERENT)
    return weak(`A password has at least ${LEAST_DIFFERENT} different characters.`);
  if (password.toLowerCase().includes(user.toLowerCase()))
    return weak("A password does not contain the user's name.");
  return null;
}
