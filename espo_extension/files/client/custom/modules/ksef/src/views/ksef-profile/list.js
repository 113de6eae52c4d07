/** The list of profiles, below what remains to be done until one is connected. */
define('modules/ksef/views/ksef-profile/list', [
    'modules/ksef/views/list',
    'modules/ksef/certificate-files/add',
], (List, addCertificates) => class extends List {
    setup() {
        super.setup();
        this.addMenuItem('buttons', {
            name: 'ksefAddCertificates',
            text: this.translate('Add Certificates', 'labels', this.scope),
            acl: 'create',
            onClick: () => addCertificates.askWithoutProfile(this),
        });
        this.addMenuItem('dropdown', {
            name: 'ksefFirstSteps',
            text: this.translate('title', 'ksefFirstSteps', 'Settings'),
            onClick: () => this.getView('firstSteps')?.ask(),
        });
    }

    afterRender() {
        super.afterRender();

        const {primaryFilter} = this.options.params || {};

        if (!primaryFilter) {
            this.showFirstSteps();
        }
    }

    async showFirstSteps() {
        this.clearView('firstSteps');
        this.$el.children('.ksef-first-steps').remove();
        this.$el.children('.search-container').before('<div class="ksef-first-steps"></div>');

        const view = await this.createView('firstSteps', 'modules/ksef/views/first-steps', {
            fullSelector: '#main > .ksef-first-steps',
        });

        this.listenTo(view, 'connection-tested', () => this.collection.fetch());
        await view.render();
    }
});
