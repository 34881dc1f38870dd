#include "data_plane/assistant/decide/serving.h"
#include "data_plane/assistant/text/markdown.h"
#include "foundation/base/text.h"

namespace servery::assistant {

namespace {

bool is_allowed_link(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("mailto:") || url.starts_with("tel:");
}

// The tags of a node, or empty where its children stand for themselves.
struct tag_pair {
    std::string open;
    std::string close;
};

tag_pair tags_of(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH: {
        // Items of a tight list have no paragraphs of their own.
        auto* item = cmark_node_parent(node);
        auto* list = item != nullptr ? cmark_node_parent(item) : nullptr;
        const bool tight = list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST &&
                           cmark_node_get_list_tight(list) != 0;
        return tight ? tag_pair{} : tag_pair{"<p>", "</p>"};
    }
    case CMARK_NODE_HEADING:
        return {"<p><strong>", "</strong></p>"};
    case CMARK_NODE_STRONG:
        return {"<strong>", "</strong>"};
    case CMARK_NODE_EMPH:
        return {"<em>", "</em>"};
    case CMARK_NODE_LIST:
        return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? tag_pair{"<ol>", "</ol>"}
                                                                    : tag_pair{"<ul>", "</ul>"};
    case CMARK_NODE_ITEM:
        return {"<li>", "</li>"};
    case CMARK_NODE_LINK: {
        const std::string_view url = cmark_node_get_url(node);
        if (!is_allowed_link(url)) return {};
        return {"<a href=\"" + escape_html(url) + "\" rel=\"noopener noreferrer\">", "</a>"};
    }
    default:
        return {};
    }
}

std::string leaf_text(cmark_node* node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_HTML_INLINE:
        return escape_html(cmark_node_get_literal(node));
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_CODE_BLOCK:
        return "<p>" + escape_html(trim(cmark_node_get_literal(node))) + "</p>";
    case CMARK_NODE_SOFTBREAK:
        return "\n";
    case CMARK_NODE_LINEBREAK:
        return "<br>";
    default:
        return {};
    }
}

} // namespace

std::string render_html(std::string_view markdown) {
    const markdown_tree tree(markdown, markdown_tables::off);
    std::string out;
    tree.walk([&](cmark_node* node, bool entering) {
        const auto tags = tags_of(node);
        out += entering ? tags.open : tags.close;
        if (entering) out += leaf_text(node);
    });
    return out;
}

} // namespace servery::assistant
