#include "data_plane/assistant/decide/confidence_prior.h"

namespace servery::assistant {

namespace {

// Printed by tools/fit_confidence_prior from BANKING77 (train) and CLINC150 (train, oos_train).
// Order: top, share, margin, known, covered, agree, self, cos, is_short, is_long, misses.
// seed 1
// 18006 messages, 8157 right, AUROC 0.870 on the fitted ones
constexpr confidence_weights without_classifier{
    .intercept = -0.1689,
    .beta = {0.4481, 0.2321, 0.4311, 0.0763, 0.2794, 0.2614, 0.4347, 0.4481, -0.1851, 0.0202,
             0.0000},
    .mean = {0.3061, 0.2401, 0.3017, 0.6213, 0.4672, 0.6911, 0.4683, 0.3061, 0.1978, 0.0036,
             0.0000},
    .deviation = {0.1614, 0.0947, 0.2370, 0.3355, 0.2948, 0.3026, 0.3035, 0.1614, 0.3983, 0.0414,
                  0.0000}};

// 12751 messages, 6547 right, AUROC 0.891 on the fitted ones
constexpr confidence_weights with_classifier{
    .intercept = 0.2655,
    .beta = {0.2816, 0.3191, 1.0222, 0.0901, 0.3538, 0.1752, 0.1882, 0.2154, -0.1626, 0.0228,
             0.0000},
    .mean = {0.1493, 0.1966, 0.4176, 0.6999, 0.4937, 0.6829, 0.5234, 0.3447, 0.1899, 0.0048,
             0.0000},
    .deviation = {0.1892, 0.1896, 0.2715, 0.3209, 0.3078, 0.2683, 0.3200, 0.1680, 0.3922, 0.0507,
                  0.0000}};

} // namespace

const confidence_weights& confidence_prior(bool classifier_on) {
    return classifier_on ? with_classifier : without_classifier;
}

} // namespace servery::assistant
