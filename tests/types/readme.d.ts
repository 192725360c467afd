// What the examples of the README take for granted.
declare const text: string;
declare const message: string;
declare const messages: AsyncIterable<string>;
declare const login: { token(): Promise<string> };
declare const serviceRequest: object;
declare const patient: object;
declare const practitioner: object;
declare const coverage: object;
declare const messageDefinition: object;
declare const graphDefinition: object;
