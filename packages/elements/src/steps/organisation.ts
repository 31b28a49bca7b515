import { Combobox } from '../controls/combobox.ts';
import type { FirstView } from '../view/host.ts';

/** The user chooses the organisation. */
export const organisation: FirstView<'organisation'> = (step, host) => {
  const box = host.use(Combobox);
  const given = step?.search === false ? step.organisations : undefined;
  return {
    name: 'organisation',
    heading: host.text('organisation.heading'),
    fields: box.render(given, host.kept.organisation, host.wrong !== undefined),
    primary: host.text('continue'),
    submit: () => {
      const chosen = box.value;
      if (!chosen && box.waits()) return undefined;
      if (!chosen) return host.complain('organisation', host.text('organisation.choose'));
      return { step: 'organisation', organisation: chosen.id };
    },
  };
};
