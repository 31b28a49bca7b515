import { expect } from '@open-wc/testing';
import '../mfa-login/mfa-login.ts';
import { container, shadow } from './login.ts';
import { mount, type Scenario } from './states/scenario.ts';
import { scenarios } from './states/scenarios.ts';

type Rgb = [number, number, number];

const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;

/** Returns the colour that the screen shows for a CSS colour on a surface. */
const seen = (color: string, surface: string): Rgb => {
  for (const layer of [surface, color]) {
    context.fillStyle = layer;
    context.fillRect(0, 0, 1, 1);
  }
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3) as Rgb;
};

/** The relative luminance of WCAG 2.2. */
const luminance = (rgb: Rgb): number => {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one: Rgb, other: Rgb): number => {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

/** Accents with the colour of their button. Without a colour of its own the button is black. */
const accents: Record<string, Rgb> = {
  '#ffd500': [255, 213, 0],
  '#f58220': [245, 130, 32],
  '#0d6efd': [13, 110, 253],
  '#e4002b': [228, 0, 43],
  '#777777': [119, 119, 119],
  '#ffffff': [255, 255, 255],
  '#000000': [0, 0, 0],
  'rgb(245 130 32 / 40%)': [245, 130, 32],
  transparent: [0, 0, 0],
};

for (const scheme of ['light', 'dark'] as const) {
  describe(`a brand's accent in the ${scheme} scheme`, () => {
    for (const [accent, color] of Object.entries(accents)) {
      it(`is the colour of the button, and its texts and lines can be read: ${accent}`, async () => {
        const { element } = await mount(scenarios.sms as Scenario, container);
        element.style.colorScheme = scheme;
        element.style.setProperty('--mfa-accent', accent);
        const of = (selector: string) => getComputedStyle(shadow(element, selector));
        const { backgroundColor: surface, color: text } = of('[part~=form]');
        const { backgroundColor, color: label, borderTopColor } = of('[part~=primary]');
        const { outlineColor } = of('[part~=code-input]');
        const button = seen(backgroundColor, surface);
        const behind = seen(surface, surface);
        for (const [at, value] of button.entries()) expect(value).to.be.closeTo(color[at] ?? 0, 1);
        expect(contrast(seen(label, backgroundColor), button), 'the text of the button').to.be.at.least(4.5);
        expect(contrast(seen(text, surface), behind), 'text').to.be.at.least(7);
        expect(contrast(seen(of('[part~=link]').color, surface), behind), 'a link').to.be.at.least(4.5);
        expect(contrast(seen(outlineColor, surface), behind), 'the focus ring').to.be.at.least(3);
        const edge = Math.max(contrast(button, behind), contrast(seen(borderTopColor, surface), behind));
        expect(edge, 'the edge of the button').to.be.at.least(2);
      });
    }
  });
}

describe('the default accent', () => {
  it('is darker in the light scheme and lighter in the dark scheme', async () => {
    const { element } = await mount(scenarios.sms as Scenario, container);
    const of = (scheme: string) => {
      element.style.colorScheme = scheme;
      const { backgroundColor, color } = getComputedStyle(shadow(element, '[part~=primary]'));
      return [seen(backgroundColor, '#fff'), seen(color, '#fff')] as const;
    };
    const [light, onLight] = of('light');
    const [dark, onDark] = of('dark');
    expect(luminance(light)).to.be.below(luminance(dark));
    expect(onLight).to.deep.equal([255, 255, 255]);
    expect(onDark).to.deep.equal([0, 0, 0]);
  });
});
