#include "cli/run.h"

int main(int argc, char** argv) {
    return servery::cli::run(argc, argv);
}
