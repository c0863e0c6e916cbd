/** Hz by sampling_frequency_index (ISO/IEC 14496-3 table 1.18). */
export const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
  7_350,
];

/** Channel configuration 7 is 7.1; 0 says that the channels are told elsewhere, which we never make. */
export const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
