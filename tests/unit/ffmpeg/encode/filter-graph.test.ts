import { expect, test } from 'vitest';
import { colourSteps } from '../../../../src/ffmpeg/encode/picture-steps.ts';
import { pictureFilters } from '../../../../src/plan/picture-filters.ts';
import { videoOf } from '../../../helpers/source-of.ts';
import { toolchainOf } from '../../../helpers/toolchain-of.ts';

/** SD, whose colours are turned into those of HD. */
const stepsOf = (width: number, height: number) => {
  const video = videoOf({ width, height, colour: { matrix: 'smpte170m', fullRange: false } });
  const picture = pictureFilters({ video, toolchain: toolchainOf(), hdr: 'tonemap' });
  return colourSteps(video, picture).map((step) => step.split('=')[0]);
};

test('a picture of an odd size is made even before a filter that takes no other', () => {
  expect(stepsOf(162, 122)).toEqual(['colorspace']);
  expect(stepsOf(161, 121)).toEqual(['scale', 'colorspace']);
});
