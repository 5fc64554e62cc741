// The taps of a 3×3 convolution with padding 1, over a picture or over one twice as large in which each pixel is
// repeated. Of the nine that an output of the latter has, several meet the same pixel: there are four whose weights are
// sums, and which four hangs on whether its row and column are even.
#pragma once

#include <cstdint>

namespace ctorch {

struct Taps {
  // 1 or 2: outputs beside each other that share the pixel which they belong to.
  int64_t scale;

  // Of an output, and in all. With scale 2 those of one output follow each other, and outputs come row by row.
  int64_t each() const { return scale == 1 ? 9 : 4; }
  int64_t count() const { return scale == 1 ? 9 : 16; }

  // Which of the outputs that belong to one pixel has the tap.
  int64_t outputRow(int64_t tap) const { return scale == 1 ? 0 : tap / 8; }
  int64_t outputColumn(int64_t tap) const { return scale == 1 ? 0 : tap / 4 % 2; }

  // Which pixel it meets, from the one that its output belongs to.
  int64_t down(int64_t tap) const { return scale == 1 ? tap / 3 - 1 : tap / 8 - 1 + tap / 2 % 2; }
  int64_t right(int64_t tap) const { return scale == 1 ? tap % 3 - 1 : tap / 4 % 2 - 1 + tap % 2; }
};

}  // namespace ctorch
