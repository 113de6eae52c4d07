/** A profile's link to a certificate: offers those that fit, and has a new one checked for this use. */
define('modules/ksef/views/ksef-profile/fields/certificate', ['views/fields/link', 'modules/ksef/portal'], (
    Link,
    portal,
) => class extends Link {
    /** @type {string} The type that a certificate made here must have. */
    expectedType

    /** Of the profile's environment, or of none: a certificate need not tell. */
    get environmentFilter() {
        const environment = this.model.get('environment');
        const none = [
            {type: 'isNull', attribute: 'environment'},
            {type: 'equals', attribute: 'environment', value: ''},
        ];

        return environment && {
            type: 'or',
            value: [{type: 'equals', attribute: 'environment', value: environment}, ...none],
        };
    }

    setup() {
        super.setup();
        this.listenTo(this.model, 'change:environment', () => this.showPortalLink());
    }

    getCreateAttributes() {
        return {
            ...super.getCreateAttributes(),
            expectedType: this.expectedType,
            expectedEnvironment: this.model.get('environment') || '',
        };
    }

    getSelectFilters() {
        const filter = this.environmentFilter;

        return filter ? {environment: {...filter, data: {type: 'anyOf', valueList: this.fittingEnvironments()}}} : null;
    }

    async getAutocompleteUrl(query) {
        const url = await super.getAutocompleteUrl(query);
        const filter = this.environmentFilter;

        return filter ? `${url}&${$.param({where: [filter]})}` : url;
    }

    fittingEnvironments() {
        return [this.model.get('environment'), ''];
    }

    afterRender() {
        super.afterRender();
        this.showPortalLink();
    }

    showPortalLink() {
        if (this.isListMode() || this.isSearchMode()) {
            return;
        }

        this.$el.find('.ksef-portal').remove();
        this.$el.append(portal.link(this, 'Certificates'));
    }
});
