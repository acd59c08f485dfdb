/** What a release changed goes with its incidents (PROTOCOL section 8.2). It is checked, not kept. */
import { CHANGES } from "../catalogue.ts";
import type { Strict } from "../strict.ts";
import { day } from "./day.ts";
import { ID, type Incident } from "./incidents.ts";

/** At most 64 changes, of an incident at most one of each kind. */
export function checkChanges(strict: Strict, value: unknown, incidents: readonly Incident[]): void {
  const seen = strict.array(value, 0, 64, (each) => {
    const one = strict.object(each, ["incident", "kind", "on", "records", "subjects"]);
    const id = strict.text(one.incident, 32, ID);
    const kind = strict.choice(one.kind, CHANGES);
    day(strict, one.on);
    const records = strict.integer(one.records, 0);
    const subjects = strict.integer(one.subjects, 0);
    const incident = incidents.find((other) => other.id === id);
    // A retired incident is not there; no other change is of more than the incident has.
    if ((kind === "retired") === (incident !== undefined)) strict.fail();
    if (incident && (records > incident.indexed || subjects > incident.subjects)) strict.fail();
    return `${id} ${kind}`;
  });
  strict.distinct(seen);
}
