/** The two fields that begin the form of a user and that of a token: `name` and `role`. */
import { ROLES } from "../../model/access.ts";
import { useWords } from "../words/language.tsx";

export function NameAndRole() {
  const { text } = useWords();
  return (
    <>
      <label>
        {text.settings.name}
        <input name="name" required maxLength={64} autocomplete="off" autocapitalize="none" />
      </label>
      <label>
        {text.settings.role}
        <select name="role">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {text.roles[role]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
