/** A profile's link to a certificate: offers those that fit, and has a new one checked for this use. */
define('modules/ksef/views/ksef-profile/fields/certificate', [
    'views/fields/link',
    'modules/ksef/certificate-holder',
    'modules/ksef/portal',
], (Link, certificateHolder, portal) => class extends Link {
    /** @type {string} The type that a certificate made here must have. */
    expectedType

    mandatorySelectAttributeList = certificateHolder.attributes

    /** @type {Object} In the picker, that of the profile's own certificates where there are any. */
    ownFilter = {}

    /**
     * Not of another environment than the profile's. A certificate need not tell its own; one of KSeF that does
     * not is of Test or of Demo.
     */
    get environmentFilter() {
        const environment = this.model.get('environment');

        if (!environment) {
            return null;
        }

        const others = this.model.getFieldParam('environment', 'options').filter(each => each && each !== environment);

        const ofNoOther = {
            type: 'or',
            value: [
                {type: 'notIn', attribute: 'environment', value: others},
                {type: 'isNull', attribute: 'environment'},
            ],
        };

        const ofProduction = {
            type: 'or',
            value: [
                {type: 'equals', attribute: 'environment', value: environment},
                {type: 'notEquals', attribute: 'kind', value: 'Ksef'},
            ],
        };

        return {
            type: 'and',
            value: environment === 'Production' ? [ofNoOther, ofProduction] : [ofNoOther],
            data: {type: 'noneOf', valueList: others},
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
        const environment = this.environmentFilter;

        return {...environment && {environment}, ...this.ownFilter};
    }

    async actionSelect() {
        const environment = this.environmentFilter;

        this.ownFilter = this.isSearchMode() ? {} : await certificateHolder.ownFilter(this, {
            primaryFilter: this.selectPrimaryFilterName,
            where: environment ? [{type: environment.type, value: environment.value}] : [],
        });

        return super.actionSelect();
    }

    async getAutocompleteUrl(query) {
        const url = await super.getAutocompleteUrl(query);
        const filter = this.environmentFilter;

        return filter ? `${url}&${$.param({where: [{type: filter.type, value: filter.value}]})}` : url;
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
