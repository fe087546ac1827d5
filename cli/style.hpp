#pragma once

// Style: how text is made for the eye, and only for the eye.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringspan::cli {

enum class Paint { plain, good, warning, bad, faint, strong };

struct Style {
  bool colour = false;    ///< Only on a terminal, and never with NO_COLOR.
  std::size_t width = 0;  ///< Columns of the terminal; 0: as wide as it needs.

  std::string paint(Paint paint, std::string_view text) const;
};

/// `text` with control characters made visible ("\n", "\x1b"): a value in the directory must not
/// command the terminal of the person who looks at it.
std::string printable(std::string_view text);

/// Columns of a terminal that UTF-8 `text` takes; colours take none.
std::size_t columns(std::string_view text);

/// At most `width` columns, the last one "…" if something was left out.
std::string shortened(std::string_view text, std::size_t width);

/// "1 change", "2 changes", "0 changes".
std::string counted(std::uint64_t count, std::string_view noun);

/// "214 bytes", "3.2 KB", "1.5 MB".
std::string bytes_text(std::uint64_t bytes);

/// The word as a shell takes it: quoted only where it must be.
std::string shell_word(std::string_view word);

}  // namespace ringspan::cli
