// Every route times every caller, against tests/access/matrix.tsv, which was written by hand from
// the capability table of the security design. A route without cells fails; so does a cell without
// a route.
#include "api/api_fixture.h"
#include "foundation/base/text.h"

#include <fstream>
#include <gmock/gmock.h>
#include <iostream>
#include <map>
#include <regex>

namespace servery::api {
namespace {

using row_cells = std::map<std::string, std::string>; // caller -> expected

class matrix : public api_fixture {
  public:
    std::map<std::string, row_cells> expected; // "GET /api/…" -> cells
    std::vector<std::string> callers;
    std::map<std::string, header_list> proof_of;

    matrix() {
        project("house");
        project("other");
        person("root");
        for (const auto* id : {"viewer", "agent", "editor", "owner", "outsider", "leaver"})
            person(id);
        person("admin", {access::org_role::admin});
        person("auditor", {access::org_role::auditor});
        role_of("viewer", "house", access::role::viewer);
        role_of("agent", "house", access::role::agent);
        role_of("editor", "house", access::role::editor);
        role_of("owner", "house", access::role::owner);
        role_of("outsider", "other", access::role::owner);
        start();
        read_file();
        make_proofs();
    }

    void read_file() {
        std::ifstream in(std::string(SERVERY_SOURCE_DIR) + "/tests/access/matrix.tsv");
        std::string line;
        while (std::getline(in, line)) {
            if (line.empty() || line.starts_with('#')) continue;
            std::vector<std::string> cells;
            for (const auto cell : split(line, '\t'))
                cells.emplace_back(cell);
            if (callers.empty()) {
                callers.assign(cells.begin() + 2, cells.end());
                continue;
            }
            ASSERT_EQ(cells.size(), callers.size() + 2) << line;
            auto& row = expected[cells[0] + " " + cells[1]];
            for (std::size_t i = 0; i < callers.size(); ++i)
                row[callers[i]] = cells[i + 2];
        }
    }

    static header_list bearer(const std::string& text) {
        return {{"authorization", "Bearer " + text}, {"content-type", "application/json"}};
    }

    void make_proofs() {
        for (const auto* id :
             {"viewer", "agent", "editor", "owner", "outsider", "admin", "auditor"})
            proof_of[id] = bearer(people.create_token(id, "t")->text);
        proof_of["none"] = {{"content-type", "application/json"}};
        const auto key = [&](policy::key_kind kind) {
            return registry
                .create_key({}, "house",
                            {.kind = kind, .name = "k", .origins = {"https://www.example.com"}})
                ->text;
        };
        proof_of["sandbox_key"] = bearer(key(policy::key_kind::sandbox));
        proof_of["live_key"] = bearer(key(policy::key_kind::live));
        proof_of["public_key"] = bearer(key(policy::key_kind::public_));
        const auto revoked = people.create_token("owner", "t");
        EXPECT_TRUE(people.revoke_token("owner", revoked->token.id));
        proof_of["revoked"] = bearer(revoked->text);
        proof_of["visitor"] = {{"content-type", "application/json"},
                               {"x-servery-visitor", "v1.signed.by.somebody"},
                               {"cookie", "servery_visitor=v1.signed"}};
        // An owner of this project who reaches for another one, and for one that is not there.
        proof_of["owner_elsewhere"] = proof_of["owner"];
        proof_of["owner_nowhere"] = proof_of["owner"];
        const auto old = people.create_token("leaver", "t");
        proof_of["expired"] = bearer(old->text);
    }

    static std::string target_of(const route& r, const std::string& caller) {
        const std::string project = caller == "owner_elsewhere" ? "other"
                                    : caller == "owner_nowhere" ? "nowhere"
                                                                : "house";
        auto path = std::regex_replace(r.path, std::regex(R"(\{project\})"), project);
        path = std::regex_replace(path, std::regex(R"(\{[a-z_]+\})"), "x1");
        if (r.project_in_query) path += "?project=" + project;
        return path;
    }

    // Whether admission let the call in; what its act then says is not the matrix's business.
    static std::string outcome(const route& r, const answered& a) {
        const auto id = a.id();
        if (r.who == caller_kind::public_) return "ok";
        if (id == "access.sign_in") return "401";
        if (id == "access.role" || id == "access.field") return "403";
        if (id == "access.not_found") return "404";
        return "ok";
    }
};

TEST_F(matrix, every_cell_of_every_route_holds) {
    std::size_t cells = 0;
    std::size_t failed = 0;
    for (const auto& r : api->routes().rows()) {
        const auto name = std::string(http::name(r.verb)) + " " + r.path;
        ASSERT_TRUE(expected.contains(name)) << "no cells in tests/access/matrix.tsv for " << name;
        for (const auto& caller : callers) {
            if (caller == "expired") continue; // below: time has to pass
            now.advance(millis{200});
            const auto a = send(r.verb, target_of(r, caller), proof_of.at(caller),
                                r.body_limit == 0 ? "" : "{}");
            ++cells;
            const auto got = outcome(r, a);
            if (got != expected[name][caller]) ++failed;
            EXPECT_EQ(got, expected[name][caller]) << name << " as " << caller << ": " << a.text;
            if (got == "401") EXPECT_EQ(a.status, 401) << name;
            if (got == "403") EXPECT_EQ(a.status, 403) << name;
            if (got == "404") EXPECT_EQ(a.status, 404) << name;
        }
    }
    std::cout << "cells " << cells << ", failed " << failed << "\n";
}

TEST_F(matrix, a_proof_that_has_run_out_is_no_proof) {
    now.advance(access::token_lifetime);
    for (const auto& r : api->routes().rows()) {
        now.advance(millis{200});
        const auto name = std::string(http::name(r.verb)) + " " + r.path;
        const auto a = send(r.verb, target_of(r, "owner"), proof_of.at("expired"),
                            r.body_limit == 0 ? "" : "{}");
        EXPECT_EQ(outcome(r, a), expected[name]["expired"]) << name << " " << a.text;
    }
}

TEST_F(matrix, names_no_route_that_does_not_exist) {
    std::set<std::string> names;
    for (const auto& r : api->routes().rows())
        names.insert(std::string(http::name(r.verb)) + " " + r.path);
    for (const auto& [name, cells] : expected)
        EXPECT_TRUE(names.contains(name)) << name;
}

} // namespace
} // namespace servery::api
