/** The name of a profile's company, and beside it the way to have all its details filled in. */
define('modules/ksef/views/ksef-profile/fields/company-name', [
    'views/fields/varchar',
    'modules/ksef/profile/company-details',
    'modules/ksef/ui/element',
], (Varchar, companyDetails, {element}) => class extends Varchar {
    setup() {
        super.setup();
        this.addActionHandler('fetchCompanyDetails', () => companyDetails.fetch(this));
        this.listenTo(this.model, 'change:nip', () => this.showFetch());
    }

    afterRender() {
        super.afterRender();
        this.showFetch();
    }

    showFetch() {
        this.$el.find('.ksef-fetch-company').remove();

        if (!this.model.get('nip') || !(this.isEditMode() || this.isDetailMode())) {
            return;
        }

        const link = element('a', '', this.translate('Fetch Company Details', 'labels', 'KsefProfile'));

        link.role = 'button';
        link.tabIndex = 0;
        link.title = this.translate('fetchCompanyDetailsHint', 'messages', 'KsefProfile');
        link.dataset.action = 'fetchCompanyDetails';
        this.$el.append(element('div', 'ksef-fetch-company small', link));
    }
});
