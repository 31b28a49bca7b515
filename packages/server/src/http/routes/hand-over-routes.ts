import { newToken } from '../../crypto/tokens.ts';
import { NONCE_LIFETIME_S, nonceOf } from '../../hand-over/nonce.ts';
import { json } from '../answer.ts';
import type { HttpDeps, Route } from '../route-table.ts';

/**
 * The route of `POST /hand-over`: gives this browser a nonce for the token of another system (K11). Nothing is stored: the cookie
 * has the token of which the nonce is a hash.
 */
export const handOverRoutes = ({ cookies, random }: HttpDeps): Route[] => [
  {
    method: 'POST',
    path: '/hand-over',
    check: async () => {},
    async handle() {
      const token = newToken(random);
      return json(200, { nonce: nonceOf(token) }, [cookies.set('hand-over', token, NONCE_LIFETIME_S)]);
    },
  },
];
