#include "include/CVisionKernels.h"

// The file is a part of the program, so that one relocatable binary is all there is. The compiler notes it as a
// dependency; an array literal of this length would take Swift minutes.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t weights[] = {
#embed "../NeuronVision/Plates/plates.weights"
};

const uint8_t *nd_plate_weights(size_t *count) {
    *count = sizeof(weights);
    return weights;
}
