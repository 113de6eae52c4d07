/** A list that was opened from Administration with a filter: the header names both. */
define('modules/ksef/views/list', ['views/list', 'modules/ksef/ui/element'], (List, {element}) => class extends List {
    getHeader() {
        const {fromAdmin, primaryFilter} = this.options.params || {};

        if (!fromAdmin || !primaryFilter) {
            return super.getHeader();
        }

        const root = element('a', '', this.translate('Administration', 'labels', 'Admin'));
        const all = element('a', '', this.translate(this.scope, 'scopeNamesPlural'));

        root.href = '#Admin';
        all.href = `#${this.scope}/list/fromAdmin=true`;

        return this.buildHeaderHtml([
            root,
            all,
            element('span', '', this.translate(primaryFilter, 'presetFilters', this.scope)),
        ]);
    }
});
