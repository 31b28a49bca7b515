/** The origin of the server. */
export const BASE_URL = 'http://localhost';
/** The origin of a portal that may use the server from its own pages. */
export const PORTAL = 'https://portal.example';
/** The origin of a portal for an organisation that no walk has. */
export const LIMITED = 'https://limited.example';

/** The origin of a website that one organisation allows logins to return to. */
export const HOME = 'https://home.example';

/** Whether a request comes from a page on another origin, which has no cookies of the server. */
export const isOther = (origin: string | undefined): boolean => origin !== undefined && origin !== BASE_URL;
