// SQLite as values: a connection, a prepared statement, and faults as error. Inside this module
// only. Thread: a connection and its statements belong to one thread at a time.
#pragma once

#include "foundation/base/hash.h"
#include "foundation/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace servery::store {

enum class access { read, write };
enum class step_result { row, done, failed };

class statement {
  public:
    statement() = default;
    explicit statement(sqlite3_stmt* raw) : raw_(raw) {}

    // Columns and parameters are counted from 1 when bound, from 0 when read, as SQLite does.
    statement& bind(int at, std::int64_t value);
    statement& bind(int at, std::string_view text);
    statement& bind(int at, bytes_view blob);
    [[nodiscard]] step_result step();
    // Runs a statement that gives no rows, and resets it. False: it failed.
    [[nodiscard]] bool run();
    // Ready to run again, with every parameter null.
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    // Valid until the next step.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] bytes_view blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] explicit operator bool() const { return raw_ != nullptr; }

  private:
    struct finalize {
        void operator()(sqlite3_stmt* raw) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, finalize> raw_;
};

class database {
  public:
    database() = default;
    // access::write makes the file, sets WAL and synchronous=FULL. Errors: store.unreadable.
    [[nodiscard]] static result<database> open(const std::filesystem::path& file, access how);

    [[nodiscard]] status exec(const std::string& sql);
    // A statement that does not compile is an error store.unreadable.
    [[nodiscard]] result<statement> prepare(std::string_view sql) const;
    // The first column of the first row; none if there is no row or it is null.
    [[nodiscard]] result<std::optional<std::int64_t>> integer(std::string_view sql) const;
    [[nodiscard]] int changes() const;
    [[nodiscard]] std::string last_fault() const;
    // The last fault as error store.unreadable.
    [[nodiscard]] error fault(std::string_view doing) const;
    [[nodiscard]] sqlite3* raw() const { return raw_.get(); }
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] explicit operator bool() const { return raw_ != nullptr; }

  private:
    struct close {
        void operator()(sqlite3* raw) const noexcept;
    };
    std::unique_ptr<sqlite3, close> raw_;
    std::filesystem::path file_;
};

} // namespace servery::store
