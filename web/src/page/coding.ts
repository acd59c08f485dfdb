/** Typing the code that was sent: its field, when another may be asked for, and how many tries are left. */

import { all, fill, find, show, showOnly } from "./dom.ts";
import { Fields } from "./fields.ts";
import { number, timeIn } from "./words.ts";

const WAIT_SECONDS = 60;
/** What the channel service allows for one code. */
const TRIES = 5;

export class Coding {
  readonly #state = find('[data-state="code"]');
  readonly #fields: Fields;
  readonly #resend = find('[data-do="resend"]', this.#state);
  readonly #wait = find('[data-part="wait"]', this.#state);
  #tries = 0;
  #clock: number | undefined;

  constructor(submit: (code: string) => void) {
    this.#fields = new Fields(find("#code-form"), () => {
      const code = this.#fields.read(["code"])?.get("code");
      if (code !== undefined) submit(code);
    });
  }

  /** A code is on its way. */
  sent(address: string, seconds: number, again: boolean): void {
    this.#fields.clear();
    fill(this.#state, "address", address);
    fill(this.#state, "until", timeIn(seconds));
    show(find('[data-part="resent"]', this.#state), again);
    this.#count(TRIES);
    this.#waitFrom(Date.now());
  }

  /** It was not accepted. The server does not say why, nor how many tries are left. */
  refuse(): void {
    this.#count(this.#tries - 1);
    this.#fields.tell([{ field: "code", reason: "refused" }]);
  }

  clear(): void {
    window.clearInterval(this.#clock);
    this.#fields.clear();
    fill(this.#state, "address", "");
  }

  #count(tries: number): void {
    this.#tries = Math.max(tries, 0);
    fill(this.#state, "tries", number(this.#tries));
    const now = this.#tries === TRIES ? "all" : this.#tries > 0 ? "some" : "none";
    showOnly(all("[data-tries]", this.#state), (one) => one.dataset["tries"] === now);
  }

  #waitFrom(start: number): void {
    const tick = (): void => {
      const left = WAIT_SECONDS - Math.floor((Date.now() - start) / 1000);
      fill(this.#wait, "seconds", number(left));
      show(this.#wait, left > 0);
      show(this.#resend, left <= 0);
      if (left <= 0) window.clearInterval(this.#clock);
    };
    window.clearInterval(this.#clock);
    this.#clock = window.setInterval(tick, 1000);
    tick();
  }
}
