// A parsed Markdown document (cmark-gfm) with its lifetime. Only .cpp files include this.
// Thread: a tree belongs to one thread.
#pragma once

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <functional>
#include <string>
#include <string_view>

namespace servery::assistant {

enum class markdown_tables { off, on };

class markdown_tree {
  public:
    markdown_tree(std::string_view text, markdown_tables tables);
    ~markdown_tree();
    markdown_tree(const markdown_tree&) = delete;
    markdown_tree& operator=(const markdown_tree&) = delete;

    [[nodiscard]] cmark_node* root() const { return root_; }
    // Every node on the way down (entering) and, if it can have children, on the way up.
    void walk(const std::function<void(cmark_node*, bool entering)>& visit) const;
    // Text of a node and all below it, without marks.
    [[nodiscard]] static std::string plain_text(cmark_node* node);

  private:
    cmark_parser* parser_ = nullptr; // owns the extensions' memory that nodes point into
    cmark_node* root_ = nullptr;
};

} // namespace servery::assistant
