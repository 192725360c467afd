declare module "virtual:element-texts" {
  /** What R4 says of each element, by its path: `www/element-texts.ts` takes it from the definitions. */
  const texts: Record<string, string>;
  export default texts;
}
