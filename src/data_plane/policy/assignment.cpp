#include "data_plane/policy/assignment.h"

namespace servery::policy {

placement place(const grant_view& grant, const unit& who) {
    const bool by_conversation = grant.unit_kind == "conversation";
    if (who.visitor && !by_conversation)
        return {servery1_bucket(grant.salt, purpose::include, unit_kind::visitor, *who.visitor),
                true};
    if (who.conversation)
        return {servery1_bucket(grant.salt, purpose::include, unit_kind::conversation,
                                *who.conversation),
                by_conversation && who.visitor.has_value()};
    return {};
}

bool holds(const audience& whom, bucket at) {
    if (whom.kind == "all") return true;
    return whom.kind == "percent" && at >= whom.lo && at < whom.hi;
}

} // namespace servery::policy
