// Changes that are tried on paper, in the words of `ringspan what-if`.

export interface Changes {
  without_controllers: string[];
  without_links: string[];
  without_sites: string[];
  /** "oslo,rome,80" */
  add_links: string[];
  /** "oslo-nuuk=50" */
  set_costs: string[];
}

export type ChangeField = keyof Changes;

export const NO_CHANGES: Changes = {
  without_controllers: [], without_links: [], without_sites: [], add_links: [], set_costs: [],
};

/** In the order in which they are followed. */
export const CHANGE_FIELDS: readonly ChangeField[] =
  ["set_costs", "add_links", "without_links", "without_controllers", "without_sites"];

const OPTIONS: Record<ChangeField, string> = {
  set_costs: "--set-cost", add_links: "--add-link", without_links: "--without-link",
  without_controllers: "--without-controller", without_sites: "--without-site",
};

export const changesCount = (changes: Changes): number =>
  CHANGE_FIELDS.reduce((sum, field) => sum + changes[field].length, 0);

const linkOf = (word: string): string => word.slice(0, word.lastIndexOf("="));

/** Twice the same is once; a link's new cost takes the place of the one before. */
export function withChange(changes: Changes, field: ChangeField, word: string): Changes {
  const others = changes[field].filter((one) =>
    field === "set_costs" ? linkOf(one) !== linkOf(word) : one !== word);
  return {...changes, [field]: [...others, word]};
}

export const withoutChange = (changes: Changes, field: ChangeField, word: string): Changes =>
  ({...changes, [field]: changes[field].filter((one) => one !== word)});

export function changeWords(field: ChangeField, word: string): string {
  if (field === "set_costs") return `${linkOf(word)} costs ${word.slice(word.lastIndexOf("=") + 1)}`;
  if (field === "add_links") {
    const [one, other, cost] = word.split(",");
    return `a link ${one} to ${other} at cost ${cost}`;
  }
  return {without_links: "without link ", without_controllers: "without controller ", without_sites: "without site "}[field] + word;
}

/** As a POSIX shell takes it. */
const quoted = (word: string): string =>
  /^[\w.,=:@%+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command that answers the same. */
export function commandLine(changes: Changes): string {
  const options = CHANGE_FIELDS.flatMap((field) => changes[field].map((word) =>
    word.startsWith("-") ? `${OPTIONS[field]}=${quoted(word)}` : `${OPTIONS[field]} ${quoted(word)}`));
  return ["ringspan what-if --live", ...options].join(" ");
}
