// Loaded before the program (`--import`): its clock is off by CLOCK_OFFSET_SECONDS.
const offsetMs = Number(process.env.CLOCK_OFFSET_SECONDS) * 1000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};
