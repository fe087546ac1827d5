// Beast's own bodies, compiled once (BOOST_BEAST_SEPARATE_COMPILATION). Asio's come with the
// controller's network, in whose program this room is linked.
#include <boost/beast/src.hpp>
