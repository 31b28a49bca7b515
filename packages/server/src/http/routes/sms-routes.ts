import { onceEach } from '../../runtime/log.ts';
import { isSigned, type ReadReport, readReport, recordReport } from '../../sms/delivery.ts';
import { HttpProblem, malformed, noContent } from '../answer.ts';
import { parseJson } from '../body.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';

const MINUTE = 60_000;

/** The route for the delivery reports of the SMS gateway. Its signature is the only credential. */
export const smsRoutes = (deps: HttpDeps): Route[] => {
  const read = reportReader(deps);
  return [
    {
      method: 'POST',
      path: '/sms/delivery',
      body: 'text',
      check: async (exchange) => void read(exchange),
      async handle(exchange) {
        if (!(await recordReport(deps, read(exchange)))) throw new HttpProblem('not-found');
        return noContent();
      },
    },
  ];
};

/**
 * Makes the function that checks and reads a report. Nothing is parsed or stored before the signature is verified (R93).
 * @throws HttpProblem `not-found` when no gateway reports deliveries, `not-allowed` without a valid signature, `malformed`
 */
function reportReader({ deliveries, clock, logger }: HttpDeps): (exchange: Exchange) => ReadReport {
  const isDue = clock && onceEach(MINUTE, clock);
  return ({ req, body, correlationId }) => {
    if (!deliveries) throw new HttpProblem('not-found');
    const text = String(body);
    if (!isSigned({ headers: req.headers, body: text }, deliveries, clock())) {
      // R95: a wrong secret or a parser in front of the route would otherwise go unnoticed.
      if (isDue('signature')) logger.warn({ correlationId }, UNSIGNED);
      throw new HttpProblem('not-allowed');
    }
    const report = readReport(parseJson(text), deliveries);
    if (!report) throw malformed('/', 'the members that `deliveries` of the gateway names');
    return report;
  };
}

const UNSIGNED =
  'a delivery report was refused: its signature or time is wrong; check `deliveries` of `sms` (TWEESTAP_SMS_GATEWAY)';
