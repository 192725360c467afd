declare module "virtual:rule-pages" {
  /** What `www/rule-pages.ts` makes of `docs/rules`, and the addresses where R4 states its constraints, by their keys. */
  const data: { pages: Record<string, import("./rule-pages.js").RulePage>; constraints: Record<string, string> };
  export default data;
}
