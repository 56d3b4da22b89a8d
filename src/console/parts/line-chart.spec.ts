import { describe, expect, it } from '@jest/globals';
import { lineChartView, niceMaximum } from './line-chart.view.js';

describe('a chart of lines', () => {
  it.each([
    [[], 2],
    [[3], 4],
    [[17, 5], 20],
    [[100], 100],
    [[4100], 6000],
  ])('of %j goes up to %d', (values, most) => {
    expect(niceMaximum(values)).toBe(most);
  });

  it('has a summary as text, and interrupts its line where there is no value', () => {
    const { text } = lineChartView({
      id: 'lag',
      title: 'Lag',
      summary: 'at most <2> s',
      times: [0, 60, 120].map((seconds) => new Date(seconds * 1000)),
      series: [{ name: 'mean', look: 'first', values: [1, undefined, 2] }],
      unit: (value) => `${value} s`,
    });
    expect(text).toContain('role="img" aria-label="Lag: at most &lt;2&gt; s"');
    expect(text).toMatch(/d="M52 79h\.01M472 10h\.01"/);
    expect(text).not.toContain('style=');
  });
});
