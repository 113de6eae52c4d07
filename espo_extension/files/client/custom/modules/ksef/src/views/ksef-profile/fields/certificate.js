/** A profile's link to a certificate: offers those that fit, and has a new one checked for this use. */
define('modules/ksef/views/ksef-profile/fields/certificate', [
    'views/fields/link',
    'modules/ksef/certificate/holder',
    'modules/ksef/profile/portal',
], (Link, certificateHolder, portal) => class extends Link {
    /** @type {string} The type that a certificate made here must have. */
    expectedType

    mandatorySelectAttributeList = certificateHolder.attributes

    /** @type {Object} In the picker, that of the profile's own certificates where there are any. */
    ownFilter = {}

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

    /** Not those of another environment than the profile's. */
    getSelectBoolFilterList() {
        const environment = this.model.get('environment');

        return environment ? [`servesIn${environment}`] : null;
    }

    getSelectFilters() {
        return this.ownFilter;
    }

    async actionSelect() {
        this.ownFilter = this.isSearchMode() ? {} : await certificateHolder.ownFilter(this, {
            primaryFilter: this.selectPrimaryFilterName,
            boolFilterList: this.getSelectBoolFilterList() || [],
        });

        return super.actionSelect();
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
