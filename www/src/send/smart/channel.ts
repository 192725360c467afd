/** Where the window of a login and the page that began it find each other. The state is random, so nobody else does. */
export const channelName = (state: string) => `fhirpost-login-${state}`;
