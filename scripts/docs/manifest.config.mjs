import published from '../../packages/elements/custom-elements-manifest.config.mjs';

/** The manifest of the sources, with the class that all elements extend. The published one has the elements only. */
export default { ...published, plugins: [] };
