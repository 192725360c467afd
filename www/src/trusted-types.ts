/**
 * The one place where an address becomes one that the browser runs as a script. Where it knows Trusted Types, the content security
 * policy lets no other code do that, and none at all make markup of a text.
 */

/** What TypeScript's own DOM does not know yet. */
interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown };
}

const rules = {
  /** Only what was built as a part of this page: not the receiver, which answers below the same origin. */
  createScriptURL(url: string): string {
    const home = new URL(".", document.baseURI);
    const { href } = new URL(url, home);
    const isOwn = href.startsWith(new URL("assets/", home).href) || href === new URL("service-worker.js", home).href;
    if (!isOwn && !import.meta.env.DEV) throw new TypeError(`This page has no script at ${href}.`);
    return href;
  },
};

const policy = (globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy("fhirpost", rules) ?? rules;

/** The address of a script of this page, as `Worker` and `register` take it. */
export const ownScript = (url: string) => policy.createScriptURL(url) as string;
